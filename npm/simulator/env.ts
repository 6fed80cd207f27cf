/** What the simulated kernel itself asks for, besides a table: see npm/simulator.ts and npm/wasmtime.ts. */

/** Has a new instance of the module begin, and does not return. */
export declare function again(): void;
