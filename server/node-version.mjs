// Runs before every command, on any Node: the server's TypeScript needs one that strips types.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `SMS Bridge runs on Node 22.18 or newer, and this is ${process.versions.node}. ` +
      'npm install brings Node 24 along as an optional package; it was skipped here. ' +
      'Install Node 24, or run npm install again with install scripts allowed.',
  );
  process.exit(1);
}
