/**
 * The command line: pictures from the same engine as the page, to the same bytes for the same recipe. Picks the command and sets the
 * exit code; the commands are in `command/`.
 */
import { BACKUP_COMMANDS, runBackupCommand } from './command/backup.ts';
import { bench } from './command/bench.ts';
import { chat, type OwnStudio } from './command/chat/chat.ts';
import { dataDirOf, engineOptions, parseCommand, USAGE } from './command/command-line.ts';
import { DATA_COMMANDS, runDataCommand } from './command/data-commands.ts';
import { doctor } from './command/doctor.ts';
import { draw } from './command/draw.ts';
import { failureOf } from './command/failure.ts';
import { pull } from './command/pull/pull.ts';
import { runVerify } from './command/verify-file.ts';
import { hubToken } from './server/environment.ts';

/** A studio of this process on a free port of this machine, over the data folder; without pages. */
async function ownStudio(): Promise<OwnStudio> {
  const [{ startServer }, { readEnvironment }] = await Promise.all([
    import('./server.ts'),
    import('./server/environment.ts'),
  ]);
  // Nobody else reaches it, whatever the environment says of the studio that others reach.
  const { network: _, ...environment } = readEnvironment(process.env);
  const server = await startServer({
    ...environment,
    ...{ host: '127.0.0.1', port: 0, pages: false, logLevel: 'error' },
  });
  const { engines } = server.runtime;
  await engines.running(engines.default)!.ready();
  return { url: server.url, close: () => server.close() };
}

try {
  const command = parseCommand(process.argv.slice(2));
  const { command: name = '', rest, values } = command;
  if (DATA_COMMANDS.includes(name) && !values.help) {
    process.exitCode = await runDataCommand(name, rest, { ...values, data: dataDirOf(command) });
  } else if (BACKUP_COMMANDS.includes(name) && !values.help) {
    process.exitCode = await runBackupCommand(name, rest, { ...values, data: dataDirOf(command) });
  } else if (
    values.help ||
    !['generate', 'edit', 'verify', 'doctor', 'bench', 'chat', 'pull'].includes(name)
  ) {
    console.error(USAGE);
    process.exitCode = values.help ? 0 : 2;
  } else if (name === 'doctor') {
    const isWell = await doctor(engineOptions(command), dataDirOf(command), console.log);
    process.exitCode = isWell ? 0 : 1;
  } else if (name === 'pull') {
    const { from, revision, output } = values;
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    await pull({
      ...{ name: rest[0], from, revision, output, token: hubToken(process.env) },
      ...{ print: (line) => console.log(line), signal: stop.signal },
    });
  } else if (name === 'chat') {
    process.exitCode = (await chat(command, ownStudio)) ? 0 : 1;
  } else {
    await (name === 'verify' ? runVerify : name === 'bench' ? bench : draw)(command);
  }
} catch (error) {
  const { text, exitCode } = failureOf(error, USAGE);
  console.error(text);
  process.exitCode = exitCode;
}
