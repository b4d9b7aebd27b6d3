/** A run of a job as it goes through the files of the queue: its rows, and the parts of the server that it needs. */
import type { Logger } from 'pino';
import type { BlobStore } from '../../db/blobs.ts';
import type { Database } from '../../db/database.ts';
import type { TurnRow } from '../../db/turns.ts';
import type { Engine } from '../../engine/index.ts';
import type { Recipe } from '../../studio/recipe.ts';

export interface JobParts {
  db: Database;
  blobs: BlobStore;
  engine: Engine;
  log: Logger;
}

export interface JobRun extends JobParts {
  jobId: string;
  sessionId: string;
  turn: TurnRow;
  recipe: Recipe;
}
