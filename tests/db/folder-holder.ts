/** A process that opens a data folder, writes a session, says so, and waits to be killed. */
import { openDatabase } from '../../db/folder/open-database.ts';
import { insertSession } from '../../db/sessions.ts';

const db = openDatabase(process.argv[2]!);
db.write(() => insertSession(db, 'local', 'kept'));
// Listening to the parent keeps the process, and with it the folder.
process.on('message', () => db.close());
process.send!('open');
