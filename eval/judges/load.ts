/** All judges of a set of cases. */
import type { CaseSet } from '../cases.ts';
import { DrawingRecogniser } from './drawings.ts';
import { GroundRecogniser } from './ground.ts';
import type { Judges } from './judge.ts';
import { TrainingPictures } from './nearest.ts';
import { readersInstalled, WordReader } from './reader.ts';

/** Without the packages of the readers (`npm --prefix eval ci`) words are not judged. `words` wants closing. */
export async function loadJudges(set: CaseSet): Promise<Judges> {
  return {
    drawings: await DrawingRecogniser.load(set),
    ground: await GroundRecogniser.load(set),
    training: await TrainingPictures.load(set),
    ...(readersInstalled() && { words: await WordReader.load() }),
  };
}
