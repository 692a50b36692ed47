/**
 * These are the factors between the units of the raw files (nanoseconds, bytes) and those that people read.
 */

export const NS_PER_US = 1e3;
export const NS_PER_MS = 1e6;
export const NS_PER_S = 1e9;
export const MS_PER_S = 1e3;
export const BYTES_PER_KB = 1024;
export const BYTES_PER_MB = 1024 ** 2;
export const BYTES_PER_GB = 1024 ** 3;
