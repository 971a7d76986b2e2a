import type { KnipConfig } from 'knip';

/** Dead code: files that nothing imports, exports that nobody uses, dependencies that nothing needs. */
const config: KnipConfig = {
  entry: [
    'scripts/{build,build-widget,build-console,check-tree,dev,ensure-tools,mutate,size,start}.mjs',
    'server/cli.ts',
    'widget/{loader,host,notice,chat,privacy,receipt,shown}/index.{ts,tsx}',
    'console/main.tsx',
    'test/**/*.test.{ts,tsx}',
    'test/support/*-setup.ts',
    'test/bench/support/{baseline,product,generator}.ts',
    'test/faults/*/{entry,scenarios}.ts',
    'test/bench/*.ts',
  ],
  project: ['{shared,server,widget,console,test,scripts}/**/*.{ts,tsx,mts,mjs}'],
  ignore: ['scripts/*.d.mts'],
  // Served to the tests' host pages from its folder, imported by nobody.
  ignoreDependencies: ['@hotwired/turbo', 'klaro', 'vanilla-cookieconsent', '@iabtcf/stub'],
  // Of the machine, not of a package.
  ignoreBinaries: ['apt-get', 'openssl'],
  // The contract is one page: its types stand together even where one of them has no other reader yet.
  ignoreExportsUsedInFile: true,
  ignoreIssues: { 'shared/**': ['types', 'duplicates'] },
};

export default config;
