// The built page is small: all of its files together, gzipped, and its source in lines.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const MOST_BYTES = 60_000;
const MOST_LINES = 3000;

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const sizes = files("dist").map((file) => [file, gzipSync(readFileSync(file), { level: 9 }).length]);
for (const [file, size] of sizes) console.log(`${String(size).padStart(7)}  ${file}`);
const bytes = sizes.reduce((sum, [, size]) => sum + size, 0);
const lines = files("src")
  .filter((file) => !file.endsWith("schema.d.ts"))
  .reduce((sum, file) => sum + readFileSync(file, "utf8").split("\n").length - 1, 0);
console.log(`${bytes} of ${MOST_BYTES} bytes gzipped, ${lines} of ${MOST_LINES} lines of source`);
if (bytes > MOST_BYTES || lines > MOST_LINES) process.exitCode = 1;
