// What child processes see of the user's environment.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { networkOptions, passedOn, setUpVariables } from "../../../orchestrator/environment/passed-on.mjs";
import { ROOT } from "../../../orchestrator/files.ts";
import { networkSettings } from "../../../orchestrator/runtimes/python/pip.ts";
import { foreignSettings, shapingSettings } from "../../../orchestrator/runtimes/rust/cargo.ts";

const folder = mkdtempSync(join(tmpdir(), "eliza-benchmark-environment-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("a set-up sees what finds programs and registries, in any case, and nothing else", () => {
	const seen = {
		PATH: "/bin",
		HOME: "/home/me",
		https_proxy: "http://proxy:3128",
		NO_PROXY: "localhost",
		PIP_INDEX_URL: "https://index/simple",
		npm_config_registry: "https://registry/",
		"npm_config_//registry/:_authToken": "secret",
		"npm_config_@mine:registry": "https://mine/",
		CARGO_REGISTRIES_MINE_INDEX: "sparse+https://mine/",
		RUSTUP_TOOLCHAIN: "stable",
		NODE_EXTRA_CA_CERTS: "/ca.pem",
	};
	const hidden = {
		RUSTFLAGS: "-C opt-level=0",
		CARGO_TARGET_DIR: "/elsewhere",
		CARGO_PROFILE_RELEASE_LTO: "fat",
		CARGO_BUILD_TARGET: "wasm32-unknown-unknown",
		RUSTC_WRAPPER: "sccache",
		PIP_TARGET: "/elsewhere",
		PIP_USER: "1",
		PIP_CONSTRAINT: "/constraints",
		PYTHONPATH: "/modules",
		PYTHONHASHSEED: "0",
		VIRTUAL_ENV: "/venv",
		npm_config_omit: "dev",
		npm_config_global: "true",
		NODE_ENV: "production",
		NODE_PATH: "/modules",
		BUN_CONFIG_REGISTRY: "https://registry/",
		CFLAGS: "-O0",
		LD_PRELOAD: "/lib/other.so",
		MALLOC_ARENA_MAX: "1",
	};
	assert.deepEqual(passedOn({ ...seen, ...hidden, UNSET: undefined }), seen);
});

test("of Node.js's options only those stay that reach the registries", () => {
	assert.equal(
		networkOptions(
			"--require ./hook.js --use-openssl-ca --max-old-space-size=64 --dns-result-order=ipv4first",
		),
		"--use-openssl-ca --dns-result-order=ipv4first",
	);
	assert.deepEqual(passedOn({ NODE_OPTIONS: "--inspect" }), {});
});

test("a name that no list knows is never passed on", () => {
	fc.assert(
		fc.property(fc.stringMatching(/^[A-Z_]{1,20}$/), (name) => {
			assert.deepEqual(passedOn({ [`MY_${name}`]: "1" }), {});
		}),
	);
});

test("a home that is missing is as one that cannot be written", () => {
	const home = join(folder, "missing");
	const found = setUpVariables({ HOME: home, PIP_CACHE_DIR: "/mine" }, folder);
	assert.deepEqual(found, {
		HOME: home,
		PIP_CACHE_DIR: "/mine",
		npm_config_cache: join(folder, ".cache/npm"),
		CARGO_HOME: join(folder, ".cache/cargo"),
	});
	assert.deepEqual(setUpVariables({ HOME: folder }, folder), { HOME: folder });
});

test("of pip's configuration only what reaches the index is kept, and the environment wins", () => {
	const list = [
		":env:.cert='/env.pem'",
		"global.cert='/file.pem'",
		"global.extra-index-url='\\nhttps://one/simple\\nhttps://two/simple'",
		'global.index-url="https://it\'s/simple"',
		"global.no-binary=':all:'",
		"global.target='/elsewhere'",
		"install.find-links='/wheels'",
		"install.user='true'",
		"freeze.timeout='10'",
	];
	assert.deepEqual(networkSettings(list.join("\n")), {
		PIP_CERT: "/env.pem",
		PIP_EXTRA_INDEX_URL: "https://one/simple https://two/simple",
		PIP_INDEX_URL: "https://it's/simple",
		PIP_FIND_LINKS: "/wheels",
	});
});

test("pip's own output is read", () => {
	const file = join(folder, "pip.conf");
	writeFileSync(
		file,
		"[global]\nindex-url = https://a/simple\nretries = 3\nprefix = /x\n[install]\nfind-links = /w\n",
	);
	const interpreter = join(ROOT, "python/.venv/bin/python");
	const list = execFileSync(interpreter, ["-m", "pip", "config", "list"], {
		encoding: "utf8",
		env: { PATH: process.env.PATH, HOME: folder, PIP_CONFIG_FILE: file, PIP_PROXY: "http://p:1" },
	});
	const { PIP_CERT: _, ...found } = networkSettings(list);
	assert.deepEqual(found, {
		PIP_INDEX_URL: "https://a/simple",
		PIP_RETRIES: "3",
		PIP_FIND_LINKS: "/w",
		PIP_PROXY: "http://p:1",
	});
});

test("settings of cargo that shape a build and cannot be overruled are named, the others are not", () => {
	assert.deepEqual(
		shapingSettings({
			source: { "crates-io": { "replace-with": "mirror" } },
			net: { retry: 3 },
			build: {
				rustflags: ["-Copt-level=0"],
				"target-dir": "/x",
				jobs: 1,
				target: "x86_64-unknown-linux-musl",
			},
			target: { "x86_64-unknown-linux-gnu": { linker: "clang", rustflags: ["-Clink-arg=-fuse-ld=lld"] } },
			profile: { release: { lto: "fat", "codegen-units": 1 } },
			env: { CFLAGS: "-O0" },
		}),
		[
			'build.target="x86_64-unknown-linux-musl"',
			'target.x86_64-unknown-linux-gnu.linker="clang"',
			'profile.release.lto="fat"',
			"profile.release.codegen-units=1",
			'env.CFLAGS="-O0"',
		],
	);
	const config = join(folder, "cargo");
	mkdirSync(config);
	writeFileSync(
		join(config, "config.toml"),
		'\ufeff[build]\nrustc = "other-rustc"\n[term]\nverbose = true\n',
	);
	assert.equal(foreignSettings([config, join(folder, "none")]), 'build.rustc="other-rustc"');
	writeFileSync(join(config, "config.toml"), "[build\n");
	assert.throws(() => foreignSettings([config]), {
		name: "UserError",
		message: /^cannot read cargo's configuration/,
	});
});
