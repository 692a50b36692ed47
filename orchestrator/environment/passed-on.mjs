/**
 * Chooses what of the user's environment a set-up sees: what finds programs, and what reaches the package
 * registries. It is plain JavaScript without packages, because it also serves the set-up of the packages.
 */
import { accessSync, constants, copyFileSync, existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** An asterisk stands for any text. Case does not count, because npm and proxies do not care either. */
const NAMES = [
	// Programs, folders, language.
	"PATH",
	"HOME",
	"USER",
	"LOGNAME",
	"TMPDIR",
	"LANG",
	"LC_*",
	"TZ",
	"XDG_CACHE_HOME",
	"XDG_CONFIG_HOME",
	"SDKROOT",
	"DEVELOPER_DIR",
	// Which of several installed toolchains is taken. Results name its version.
	"RUSTUP_*",
	"CARGO_HOME",
	"PYENV_ROOT",
	"PYENV_VERSION",
	"ASDF_*",
	"MISE_*",
	"NVM_DIR",
	"VOLTA_HOME",
	// Proxies and certificates.
	"HTTP_PROXY",
	"HTTPS_PROXY",
	"ALL_PROXY",
	"NO_PROXY",
	"SSL_CERT_FILE",
	"SSL_CERT_DIR",
	"NODE_EXTRA_CA_CERTS",
	"REQUESTS_CA_BUNDLE",
	"CURL_CA_BUNDLE",
	"NODE_OPTIONS",
	// pip.
	"PIP_INDEX_URL",
	"PIP_EXTRA_INDEX_URL",
	"PIP_FIND_LINKS",
	"PIP_NO_INDEX",
	"PIP_TRUSTED_HOST",
	"PIP_PROXY",
	"PIP_CERT",
	"PIP_CLIENT_CERT",
	"PIP_TIMEOUT",
	"PIP_DEFAULT_TIMEOUT",
	"PIP_RETRIES",
	"PIP_KEYRING_PROVIDER",
	"PIP_CACHE_DIR",
	"PIP_CONFIG_FILE",
	// npm.
	"NPM_CONFIG_REGISTRY",
	"NPM_CONFIG_@*",
	"NPM_CONFIG_//*",
	"NPM_CONFIG_PROXY",
	"NPM_CONFIG_HTTPS_PROXY",
	"NPM_CONFIG_NOPROXY",
	"NPM_CONFIG_CA",
	"NPM_CONFIG_CAFILE",
	"NPM_CONFIG_CERT",
	"NPM_CONFIG_KEY",
	"NPM_CONFIG_STRICT_SSL",
	"NPM_CONFIG_FETCH_*",
	"NPM_CONFIG_CACHE",
	"NPM_CONFIG_USERCONFIG",
	"NPM_CONFIG_GLOBALCONFIG",
	"NPM_TOKEN",
	"NODE_AUTH_TOKEN",
	// cargo.
	"CARGO_HTTP_*",
	"CARGO_NET_*",
	"CARGO_REGISTRY_*",
	"CARGO_REGISTRIES_*",
];

/** The beginnings of those options in NODE_OPTIONS that reach the registries. */
const NODE_OPTIONS = [
	"--use-system-ca",
	"--use-openssl-ca",
	"--use-bundled-ca",
	"--openssl-",
	"--tls-",
	"--dns-result-order",
	"--network-family-autoselection",
	"--max-http-header-size",
];

const PATTERNS = NAMES.map((name) => new RegExp(`^${name.replaceAll("*", ".*")}$`, "i"));

/**
 * @param {Readonly<Record<string, string | undefined>>} environment the user's
 * @returns {Record<string, string>} the part of it that set-ups see
 */
export function passedOn(environment) {
	/** @type {Record<string, string>} */
	const kept = {};
	for (const [name, value] of Object.entries(environment)) {
		if (value === undefined || !PATTERNS.some((pattern) => pattern.test(name))) continue;
		const shown = name === "NODE_OPTIONS" ? networkOptions(value) : value;
		if (shown !== "") kept[name] = shown;
	}
	return kept;
}

/**
 * @param {string} options those of NODE_OPTIONS
 * @returns {string} those of them that reach the registries
 */
export function networkOptions(options) {
	return options
		.split(/\s+/)
		.filter((option) => NODE_OPTIONS.some((beginning) => option.startsWith(beginning)))
		.join(" ");
}

/**
 * Package managers keep what they download in the user's home. Where that cannot be written, they keep it in
 * the repository.
 * @param {Readonly<Record<string, string | undefined>>} environment the user's
 * @param {string} root the repository
 * @returns {Record<string, string>} the environment of set-ups
 */
export function setUpVariables(environment, root) {
	const kept = passedOn(environment);
	const home = kept.HOME ?? homedir();
	if (isWritable(home)) return kept;
	kept.npm_config_cache ??= join(root, ".cache/npm");
	kept.PIP_CACHE_DIR ??= join(root, ".cache/pip");
	const cargo = kept.CARGO_HOME ?? join(home, ".cargo");
	if (!isWritable(cargo)) kept.CARGO_HOME = makeCargoHome(cargo, join(root, ".cache/cargo"));
	return kept;
}

/**
 * Cargo's home holds its settings too, which say how the registry is reached.
 * @param {string} from
 * @param {string} to
 */
function makeCargoHome(from, to) {
	mkdirSync(to, { recursive: true });
	for (const name of ["config.toml", "credentials.toml"])
		if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
	return to;
}

/** @param {string} folder */
function isWritable(folder) {
	try {
		accessSync(folder, constants.W_OK);
		return true;
	} catch {
		return false;
	}
}

/** npm's settings in configuration files that would shape what is installed are overruled by these. */
export const NPM_FLAGS = [
	"--no-fund",
	"--no-audit",
	"--no-update-notifier",
	"--global=false",
	"--location=project",
	"--workspaces=false",
	"--package-lock=true",
	"--package-lock-only=false",
	"--install-strategy=hoisted",
	"--legacy-peer-deps=false",
	"--strict-peer-deps=false",
	"--bin-links=true",
	"--engine-strict=false",
	"--dry-run=false",
	"--force=false",
];
