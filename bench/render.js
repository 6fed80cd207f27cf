// Draws the Vega-Lite chart on stdin as SVG on stdout. No TypeScript: it alone knows the library, which nothing but
// `make bench` installs.
import { text } from "node:stream/consumers";
import * as vega from "vega";
import { compile } from "vega-lite";

const { spec } = compile(JSON.parse(await text(process.stdin)));
process.stdout.write(await new vega.View(vega.parse(spec), { renderer: "none" }).toSVG());
