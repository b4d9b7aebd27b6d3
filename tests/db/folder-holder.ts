/** A process that opens a data folder, writes a session, says so, and waits to be killed. */
import { openDatabase } from '../../db/database.ts';
import { insertSession } from '../../db/sessions.ts';

const db = openDatabase(process.argv[2]!);
db.write(() => insertSession(db, 'local', 'kept'));
process.send!('open');
