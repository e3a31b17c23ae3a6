// Runs the native forge of the installed platform package: the `forge` on node's path is a process in between, which
// needs its install script.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { forgeBinary } from "./platform.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const done = spawnSync(forgeBinary(root), process.argv.slice(2), { cwd: root, stdio: "inherit" });
process.exit(done.status ?? 1);
