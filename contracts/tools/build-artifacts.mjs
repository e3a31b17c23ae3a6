// Builds the contracts and writes artifacts/<Name>.json: what the keeper, the demonstration and the tests deploy.
// The files hold nothing that depends on the machine or the time. With --check they are compared with a fresh build
// and nothing is written.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { forgeBinary } from "./platform.mjs";

const contracts = [
  "AbsorbPool",
  "AdaptiveRate",
  "Aggregator",
  "AggregatorProxy",
  "AccountSeeder",
  "AnnouncingProxy",
  "CappedRateFeed",
  "CollateralLiquidator",
  "DualAggregator",
  "FeedSwapper",
  "HostileOracle",
  "HostileTarget",
  "HostileToken",
  "LegacyAggregator",
  "LiquidationExecutor",
  "MorphoLens",
  "Multicall",
  "PythPrices",
  "QuotientOracle",
  "RateSource",
  "RefPerps",
  "RefPerpsAdmin",
  "RefPerpsLens",
  "RefPerpsLiquidation",
  "RefPerpsTrading",
  "SetPrice",
  "TestToken",
  "UniswapV3Swapper",
  "UptimeFeed",
];
const maxCodeBytes = 24_576; // EIP-170

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");
const target = join(root, "artifacts");

const build = spawnSync(forgeBinary(root), ["build", "--skip", "test", "--quiet"], { cwd: root, stdio: "inherit" });
if (build.status !== 0) fail("forge build failed");

const wanted = new Map();
for (const name of contracts) wanted.set(`${name}.json`, artifact(name));
const present = existsSync(target) ? readdirSync(target) : [];

if (check) {
  const wrong = [...wanted].filter(([file, text]) => !present.includes(file) || read(file) !== text).map(([file]) => file);
  const extra = present.filter((file) => !wanted.has(file));
  if (wrong.length + extra.length > 0) {
    fail(`committed artefacts are not what the sources build: ${[...wrong, ...extra].join(", ")}\nrun: npm run artifacts`);
  }
  console.log(`${wanted.size} artefacts are what the sources build`);
} else {
  mkdirSync(target, { recursive: true });
  for (const file of present) if (!wanted.has(file)) rmSync(join(target, file));
  for (const [file, text] of wanted) writeFileSync(join(target, file), text);
  console.log(`wrote ${wanted.size} artefacts`);
}

function artifact(name) {
  const out = JSON.parse(readFileSync(join(root, "out", `${name}.sol`, `${name}.json`), "utf8"));
  const settings = JSON.parse(readFileSync(join(root, "node_modules", "solc", "package.json"), "utf8"));
  const size = (out.deployedBytecode.object.length - 2) / 2;
  if (size >= maxCodeBytes) fail(`${name} has ${size} bytes of code, the limit is ${maxCodeBytes}`);
  return (
    JSON.stringify(
      {
        contractName: name,
        compiler: { name: "solc", version: settings.version, evmVersion: "cancun", viaIR: true, optimizerRuns: 200 },
        abi: out.abi,
        bytecode: out.bytecode.object,
        deployedBytecode: out.deployedBytecode.object,
        linkReferences: out.bytecode.linkReferences ?? {},
        deployedLinkReferences: out.deployedBytecode.linkReferences ?? {},
        immutableReferences: immutables(out.deployedBytecode.immutableReferences ?? {}),
      },
      null,
      2,
    ) + "\n"
  );
}

// Keys are the compiler's AST ids, which depend on what else was compiled: number them by place instead.
function immutables(references) {
  const byPlace = Object.values(references).sort((a, b) => a[0].start - b[0].start);
  return Object.fromEntries(byPlace.map((places, i) => [String(i), places]));
}

function read(file) {
  return readFileSync(join(target, file), "utf8");
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
