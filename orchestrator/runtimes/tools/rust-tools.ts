/** What a cargo command for the Rust harness needs. */
import { execa } from "execa";
import { protocCommand } from "../recipes.ts";

/** The path of the protobuf compiler that the framework's build needs; it comes inside a crate. */
export async function protoc(): Promise<string> {
	const { file, args } = protocCommand("cargo");
	const { stdout } = await execa(file, args, { stderr: "ignore" });
	return stdout.trim();
}
