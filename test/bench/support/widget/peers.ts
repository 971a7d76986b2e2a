import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A chat of others that npm carries as finished files. What their servers would answer is missing here. */
export interface Peer {
  name: string;
  title: string;
  package: string;
  version: string;
  /** Where its files are in the package, and where they are served. */
  folder: string;
  mount: string;
  /** What its documentation tells a site to put into the page, with `origin` for its host. */
  snippet(origin: string): string;
  /** The page of its frame, and what its server adds to it. */
  frame?: { file: string; added(origin: string): string };
  /** What a run on this machine cannot show. */
  remark?: string;
}

export interface PeerFiles {
  peer: Peer;
  dir: string;
}

const PEERS: Peer[] = [
  {
    name: 'rocketchat',
    title: 'Rocket.Chat livechat',
    package: '@rocket.chat/livechat',
    version: '1.13.3',
    folder: 'build',
    mount: '/livechat',
    snippet: (origin) => `<script>
(function(w, d, s, u) {
  w.RocketChat = function(c) { w.RocketChat._.push(c) }; w.RocketChat._ = []; w.RocketChat.url = u;
  var h = d.getElementsByTagName(s)[0], j = d.createElement(s);
  j.async = true; j.src = u + '/rocketchat-livechat.min.js?_=201903270000';
  h.parentNode.insertBefore(j, h);
})(window, document, 'script', '${origin}/livechat');
</script>`,
    frame: { file: 'index.html', added: (origin) => `<script>SERVER_URL = '${origin}';</script>` },
    remark:
      'Over https its frame asks for two cookies more (rc_is_widget, rc_room_type); over http it asks for none that a frame may keep.',
  },
  {
    name: 'typebot',
    title: 'Typebot bubble',
    package: '@typebot.io/js',
    version: '0.10.7',
    folder: 'dist',
    mount: '/typebot',
    snippet: (origin) => `<script type="module">
import Typebot from '${origin}/typebot/web.js';
Typebot.initBubble({ typebot: 'my-typebot', theme: { button: { backgroundColor: '#0042DA' } } });
</script>`,
  },
  {
    name: 'n8n',
    title: 'n8n chat',
    package: '@n8n/chat',
    version: '1.37.0',
    folder: 'dist',
    mount: '/n8n',
    snippet: (origin) => `<link href="${origin}/n8n/style.css" rel="stylesheet">
<script type="module">
import { createChat } from '${origin}/n8n/chat.bundle.es.js';
createChat({ webhookUrl: '${origin}/webhook/chat' });
</script>`,
  },
];

export interface FetchedPeers {
  found: PeerFiles[];
  /** A line for each that was not to be had. */
  missing: string[];
  /** Takes what was fetched away again. */
  remove(): void;
}

export const NO_PEERS: FetchedPeers = { found: [], missing: ['Peers are left out of a quick run.'], remove: () => {} };

/** Fetches the peers' packages into a folder of this run. What the registry does not have is named and left out. */
export async function fetchPeers(): Promise<FetchedPeers> {
  const home = mkdtempSync(join(tmpdir(), 'parley-peers-'));
  const found: PeerFiles[] = [];
  const missing: string[] = [];
  for (const peer of PEERS) {
    const spec = `${peer.package}@${peer.version}`;
    const dir = mkdtempSync(join(home, `${peer.name}-`));
    try {
      const packed = await run('npm', ['pack', spec, '--json', '--ignore-scripts'], { cwd: dir, timeout: 60_000 });
      const [{ filename } = { filename: '' }] = JSON.parse(packed.stdout) as { filename: string }[];
      await run('tar', ['-xzf', filename], { cwd: dir });
      const files = join(dir, 'package', peer.folder);
      if (!existsSync(files)) throw new Error(`the package has no ${peer.folder}/`);
      found.push({ peer, dir: files });
    } catch (error) {
      const [reason] = (error instanceof Error ? error.message : String(error))
        .split('\n')
        .filter((line) => !line.startsWith('Command'));
      missing.push(`${peer.title}: ${spec} is not to be had here (${reason?.trim() || 'npm pack failed'}), so it has no row.`);
    }
  }
  return { found, missing, remove: () => rmSync(home, { recursive: true, force: true }) };
}
