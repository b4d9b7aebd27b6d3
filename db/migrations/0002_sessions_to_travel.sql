CREATE TABLE `operations` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`session_id` text NOT NULL,
	`kind` text NOT NULL,
	`node_id` text,
	`changes` text NOT NULL,
	`batch` text NOT NULL,
	`position` integer NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `operations_by_session` ON `operations` (`session_id`,`seq`);--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `stage_times` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`unit_ms` real NOT NULL
);
--> statement-breakpoint
CREATE INDEX `stage_times_by_key` ON `stage_times` (`key`,`id`);--> statement-breakpoint
DROP INDEX `sessions_by_update`;--> statement-breakpoint
ALTER TABLE `sessions` ADD `deleted_at` integer;--> statement-breakpoint
CREATE INDEX `sessions_by_update` ON `sessions` (`owner`,`updated_at`,`id`);--> statement-breakpoint
CREATE TABLE `__new_inputs` (
	`node_id` text NOT NULL,
	`position` integer NOT NULL,
	`image_id` text NOT NULL,
	`role` text NOT NULL,
	`made_by` text,
	`pixels_blob` text,
	PRIMARY KEY(`node_id`, `position`),
	FOREIGN KEY (`node_id`) REFERENCES `nodes`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`pixels_blob`) REFERENCES `blobs`(`sha256`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_inputs`("node_id", "position", "image_id", "role", "pixels_blob") SELECT "node_id", "position", "image_id", "role", "pixels_blob" FROM `inputs`;--> statement-breakpoint
DROP TABLE `inputs`;--> statement-breakpoint
ALTER TABLE `__new_inputs` RENAME TO `inputs`;--> statement-breakpoint
UPDATE `inputs` SET `made_by` = (SELECT `node_id` FROM `images` WHERE `images`.`id` = `inputs`.`image_id`);--> statement-breakpoint
CREATE INDEX `inputs_by_image` ON `inputs` (`image_id`);--> statement-breakpoint
CREATE INDEX `inputs_by_blob` ON `inputs` (`pixels_blob`);--> statement-breakpoint
CREATE INDEX `inputs_unmade` ON `inputs` (`node_id`,`made_by`) WHERE pixels_blob IS NULL;--> statement-breakpoint
ALTER TABLE `images` ADD `drift` text;--> statement-breakpoint
CREATE INDEX `images_by_creation` ON `images` (`created_at`,`id`);--> statement-breakpoint
ALTER TABLE `nodes` ADD `mode` text;--> statement-breakpoint
ALTER TABLE `nodes` ADD `sent_prompt` text;--> statement-breakpoint
ALTER TABLE `nodes` ADD `replaces` text;--> statement-breakpoint
ALTER TABLE `nodes` ADD `batch` text;
--> statement-breakpoint
CREATE TRIGGER `operations_append_only` BEFORE UPDATE ON `operations` BEGIN
  SELECT RAISE(ABORT, 'operations are append only');
END;
--> statement-breakpoint
DROP TABLE `search_index`;--> statement-breakpoint
CREATE VIRTUAL TABLE `search_index` USING fts5(
  `words`, content='search_texts', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3 4'
);
--> statement-breakpoint
INSERT INTO `search_index`(`search_index`) VALUES ('rebuild');
