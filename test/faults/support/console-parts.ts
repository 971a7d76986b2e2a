/** What of the console runs without a screen: its line to the relay, and every model. */
export { createConnection } from '../../../console/connection.ts';
export { createWorkspace } from '../../../console/models/workspace.ts';
