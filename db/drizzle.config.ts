/** How drizzle-kit writes migrations from the schema. Run it from the repository root; knows no database. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({ dialect: 'sqlite', schema: './db/schema.ts', out: './db/migrations' });
