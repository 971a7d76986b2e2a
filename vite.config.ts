import { defineConfig } from 'vitest/config';

/**
 * Five kinds of test, the quick ones first. Browsers and relays get the machine to themselves:
 * two cores are enough for one Chromium with two contexts, not for two. How widget and console are built is said in
 * scripts/build-widget.mjs and scripts/build-console.mjs.
 */
export default defineConfig({
  test: {
    // A test that proves nothing must not look like one that passed.
    expect: { requireAssertions: true },
    allowOnly: false,
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/{shared,server,store,scripts}/**/*.test.ts'],
          globalSetup: ['test/support/postgres-setup.ts'],
          testTimeout: 20_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'component',
          environment: 'happy-dom',
          include: ['test/{widget,console}/**/*.test.{ts,tsx}'],
          // One copy of preact for the components and for the library that draws them.
          server: { deps: { inline: [/preact/] } },
          testTimeout: 10_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          environment: 'node',
          include: ['test/relay/**/*.test.ts'],
          globalSetup: ['test/support/built-setup.ts', 'test/support/postgres-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/built-setup.ts'],
          // Node 20 has a WebSocket behind this flag; the record of Chromium's doings needs one.
          execArgv: ['--experimental-websocket'],
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 90_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'faults',
          environment: 'node',
          include: ['test/faults/**/*.test.ts'],
          globalSetup: ['test/support/built-setup.ts', 'test/support/postgres-setup.ts'],
          // The product's own clients run here over real sockets: Node 20 has a WebSocket behind this flag.
          execArgv: ['--experimental-websocket'],
          // What is killed, filled and stopped here needs the machine to itself.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 90_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
