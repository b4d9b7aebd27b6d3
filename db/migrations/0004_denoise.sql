-- The stage between the prior tokens and the VAE is called `denoise`; it was called `decode`. Inside a JSON text an unescaped
-- quote never belongs to what a user wrote, so these replacements touch names alone and keep the order of fields.
DROP TRIGGER `events_append_only`;
--> statement-breakpoint
UPDATE `events` SET `payload` = replace(replace(`payload`, '"stage":"decode"', '"stage":"denoise"'), '"decode":', '"denoise":')
  WHERE `payload` LIKE '%"stage":"decode"%' OR `payload` LIKE '%"decode":%';
--> statement-breakpoint
CREATE TRIGGER `events_append_only` BEFORE UPDATE ON `events` BEGIN
  SELECT RAISE(ABORT, 'events are append only');
END;
--> statement-breakpoint
UPDATE `jobs` SET `elapsed_ms` = replace(`elapsed_ms`, '"decode":', '"denoise":') WHERE `elapsed_ms` IS NOT NULL;
--> statement-breakpoint
UPDATE `stage_times` SET `key` = replace(`key`, ' decode', ' denoise');
