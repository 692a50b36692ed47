import { type Edit, slowedProvider } from "../edit.ts";

export const edit: Edit = slowedProvider(0.05);
