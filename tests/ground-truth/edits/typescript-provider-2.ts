import { type Edit, slowedProvider } from "../edit.ts";

/** The standard precision would not tell it from nothing. */
export const edit: Edit = { ...slowedProvider(0.02), precision: "0.5%" };
