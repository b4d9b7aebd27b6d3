/** The benchmarks by the names under which they are typed. */
import type { Benchmark } from './benchmark.ts';
import { cvtg2k } from './cvtg-2k.ts';
import { dpg } from './dpg.ts';
import { geneval } from './geneval.ts';
import { longtext } from './longtext.ts';
import { oneig } from './oneig.ts';
import { tiif } from './tiif.ts';

export const BENCHMARKS: readonly Benchmark[] = [cvtg2k, longtext, oneig, dpg, tiif, geneval];
