import { existsSync } from "node:fs";
import { join } from "node:path";

/** Path of the native forge under node_modules, or an error that says what to do. */
export function forgeBinary(root) {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const exe = process.platform === "win32" ? "forge.exe" : "forge";
  const path = join(root, "node_modules", "@foundry-rs", `forge-${process.platform}-${arch}`, "bin", exe);
  if (!existsSync(path)) throw new Error(`${path} is missing: run \`npm ci --ignore-scripts\` in contracts/`);
  return path;
}
