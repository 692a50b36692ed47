/** What a cargo command for the Rust harness needs. */
import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "../files.ts";

/** The path of the protobuf compiler that the framework's build needs; it comes inside a crate. */
export async function protoc(): Promise<string> {
	const { stdout } = await execa("cargo", ["run", "--quiet", "--locked", "--manifest-path", join(ROOT, "rust/protoc/Cargo.toml")], {
		stderr: "ignore",
	});
	return stdout.trim();
}
