// Prints what tests/compiler/deploy/program_metadata.json holds: the instructions of the published package, for fixed keys.
// In an empty folder: npm install @solana-program/program-metadata@0.7.0 @solana/kit@6, a copy of this file, node program_metadata.mjs
import * as m from '@solana-program/program-metadata';
import { address, createNoopSigner, AccountRole } from '@solana/kit';
const program = address('4DY97YYBt4bxvG7xaSmWy3MhYhmA6HoMajBHVqhySvXe');
const authority = createNoopSigner(address('GUkHRLwRwaP478Atr347e64acc86cscDh69qfGJN6t6K'));
const buffer = createNoopSigner(address('94G1r674LmRDmLN2UPjDFD8Eh7zT8JaSaxv9v68GyEur'));
const seed = 'idl';
const [metadata] = await m.findCanonicalPda({ program, seed });
const [programData] = await m.getProgramDataPda(program);
const kinds = { encoding: m.Encoding.Utf8, compression: m.Compression.Zlib, format: m.Format.Json, dataSource: m.DataSource.Direct };
const data = new Uint8Array([1, 2, 3, 4, 5]);
const made = {
  allocate: m.getAllocateInstruction({ buffer: metadata, authority, program, programData, seed }),
  extend: m.getExtendInstruction({ account: metadata, authority, length: 10240, program, programData }),
  write: m.getWriteInstruction({ buffer: metadata, authority, offset: 800, data }),
  initialize: m.getInitializeInstruction({ metadata, authority, program, programData, seed, ...kinds, system: m.PROGRAM_METADATA_PROGRAM_ADDRESS, data: undefined }),
  allocate_buffer: m.getAllocateInstruction({ buffer: buffer.address, authority: buffer }),
  give_buffer: m.getSetAuthorityInstruction({ account: buffer.address, authority: buffer, newAuthority: authority.address }),
  set_data: m.getSetDataInstruction({ metadata, authority, buffer: buffer.address, program, programData, ...kinds, data: undefined }),
  close: m.getCloseInstruction({ account: buffer.address, authority, destination: authority.address }),
  trim: m.getTrimInstruction({ account: metadata, authority, destination: authority.address, program, programData }),
};
const told = {};
for (const [name, i] of Object.entries(made)) {
  told[name] = {
    program: i.programAddress,
    accounts: i.accounts.map(a => [a.address, a.role >= AccountRole.READONLY_SIGNER, a.role === AccountRole.WRITABLE || a.role === AccountRole.WRITABLE_SIGNER]),
    data: Buffer.from(i.data).toString('hex'),
  };
}
const account = m.getMetadataEncoder().encode({ program, authority: null, mutable: true, canonical: true, seed, ...kinds, dataLength: 5, data });
console.log(JSON.stringify({ package: '@solana-program/program-metadata 0.7.0', instructions: told, account: Buffer.from(account).toString('hex') }, null, 2));
