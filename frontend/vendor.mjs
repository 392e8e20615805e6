// Copies the listed files out of node_modules, strips source-map comments (the manifest storage would
// look for the maps) and writes MANIFEST.json; a test compares the hashes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const here = import.meta.dirname;
const targets = [
  { pkg: "bootstrap", file: "dist/css/bootstrap.min.css", to: "../src/lianxun/web/static/web/vendor" },
  { pkg: "htmx.org", file: "dist/htmx.min.js", to: "../src/lianxun/web/static/web/vendor" },
  { pkg: "axe-core", file: "axe.min.js", to: "../tests/support/vendor" },
];
const manifest = [];
for (const { pkg, file, to } of targets) {
  const meta = JSON.parse(readFileSync(join(here, "node_modules", pkg, "package.json"), "utf8"));
  const text = readFileSync(join(here, "node_modules", pkg, file), "utf8")
    .replace(/\n?\/\*# sourceMappingURL=.*?\*\//g, "")
    .replace(/\n?\/\/# sourceMappingURL=.*$/gm, "");
  mkdirSync(join(here, to), { recursive: true });
  writeFileSync(join(here, to, basename(file)), text);
  manifest.push({
    package: pkg,
    version: meta.version,
    licence: meta.license,
    file: join(to, basename(file)).replace("../", ""),
    sha256: createHash("sha256").update(text).digest("hex"),
  });
}
writeFileSync(join(here, "MANIFEST.json"), JSON.stringify(manifest, null, 2) + "\n");
