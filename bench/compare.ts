/**
 * usage: node compare.js BASE NAME
 * Prints what build/init costs beside BASE, an /init that was built from the revision NAME.
 */
import { BARS } from "./bars.js";
import { measure, measureFloor } from "./cost.js";
import { ours } from "./inits.js";
import { figure, table } from "./table.js";

function signed(value: number): string {
  return (value > 0 ? "+" : value < 0 ? "-" : "") + figure(Math.abs(value));
}

async function main(path: string, name: string): Promise<void> {
  const floor = await measureFloor();
  const base = await measure(ours(path, name), floor);
  const now = await measure(ours(), floor);
  const rows = BARS.map(({ figure: key, title }) => {
    return [title, figure(base[key]), figure(now[key]), signed(now[key] - base[key])];
  });
  console.log(table([["", name, "now", "difference"], ...rows]));
}

await main(process.argv[2]!, process.argv[3]!);
