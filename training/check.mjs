/**
 * Lints training/ and eval/ with ruff, as pyproject.toml says, where ruff is on the path.
 *
 *   node training/check.mjs [--required]      with --required a missing ruff is an error
 */
import { spawnSync } from "node:child_process";

const folders = ["training", "eval"];
if (spawnSync("ruff", ["--version"]).error) {
  const required = process.argv.includes("--required");
  console.error(`ruff is not installed: the Python in ${folders.join(" and ")} is not checked (pip install ruff)`);
  process.exit(required ? 1 : 0);
}
for (const command of [["check", "--quiet"], ["format", "--check", "--quiet"]]) {
  const { status } = spawnSync("ruff", [...command, ...folders], { stdio: "inherit" });
  if (status !== 0) {
    console.error(`ruff ${command[0]} failed: \`ruff check --fix ${folders.join(" ")} && ruff format ${folders.join(" ")}\` mends most of it`);
    process.exit(1);
  }
}
