// The built page is small, all of its files together, gzipped; and so is its source, in lines.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const MOST_BYTES = 60_000;
/** Without the types that openapi-typescript writes. */
const MOST_LINES = { ".tsx": 4662, ".ts": 1753, ".css": 1150 };

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const sizes = files("dist").map((file) => [file, gzipSync(readFileSync(file), { level: 9 }).length]);
for (const [file, size] of sizes) console.log(`${String(size).padStart(7)}  ${file}`);
const bytes = sizes.reduce((sum, [, size]) => sum + size, 0);
console.log(`${bytes} of ${MOST_BYTES} bytes gzipped`);
let isSmall = bytes <= MOST_BYTES;
const sources = files("src").filter((file) => !file.endsWith("schema.d.ts"));
for (const [ending, most] of Object.entries(MOST_LINES)) {
  const lines = sources
    .filter((file) => file.endsWith(ending))
    .reduce((sum, file) => sum + readFileSync(file, "utf8").split("\n").length - 1, 0);
  console.log(`${lines} of ${most} lines of ${ending}`);
  isSmall &&= lines <= most;
}
if (!isSmall) process.exitCode = 1;
