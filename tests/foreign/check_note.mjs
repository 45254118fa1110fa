// Checks the checkpoint of a folder with the key that lies beside it, after C2SP signed-note and tlog-checkpoint alone, with what
// Node has itself. Prints what it found, as JSON.
import {createHash, createPublicKey, verify} from 'node:crypto';
import {readFileSync} from 'node:fs';

const folder = process.argv[2];
const note = readFileSync(`${folder}/checkpoint.txt`, 'utf8');
const lines = readFileSync(`${folder}/log-keys.txt`, 'utf8').trim().split('\n');

const [text, signatures] = [note.slice(0, note.lastIndexOf('\n\n') + 1), note.slice(note.lastIndexOf('\n\n') + 2)];
const identifierOf = (name, key) => createHash('sha256').update(`${name}\n`).update(key).digest().subarray(0, 4);

const known = lines.map(line => {
  const [, name, identifier, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(line);
  const key = Buffer.from(encoded, 'base64');
  if(key[0] !== 1 || key.length !== 33 || identifierOf(name, key).toString('hex') !== identifier) throw new Error('not a key of a note');
  return {name, identifier, key: createPublicKey({key: {kty: 'OKP', crv: 'Ed25519', x: key.subarray(1).toString('base64url')}, format: 'jwk'})};
});

const signed = signatures.trimEnd().split('\n').some(line => {
  const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
  const data = Buffer.from(encoded ?? '', 'base64');
  const one = known.find(key => key.name === name && key.identifier === data.subarray(0, 4).toString('hex'));
  return one !== undefined && verify(null, Buffer.from(text), one.key, data.subarray(4));
});
const [origin, size, root] = text.split('\n');
console.log(JSON.stringify({signed, origin, size: Number(size), root: Buffer.from(root, 'base64').toString('hex')}));
