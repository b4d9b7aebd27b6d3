ALTER TABLE `pictures` ADD `favourite_at` integer;--> statement-breakpoint
CREATE INDEX `pictures_favourite` ON `pictures` (`created_at`,`id`) WHERE favourite_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `search_texts` ADD `branch` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `pinned_at` integer;--> statement-breakpoint
ALTER TABLE `sessions` ADD `tags` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
-- The index is made anew with a second column; the texts are written again at the start that follows.
DELETE FROM `search_texts`;--> statement-breakpoint
DROP TRIGGER `search_texts_insert`;--> statement-breakpoint
DROP TRIGGER `search_texts_delete`;--> statement-breakpoint
DROP TRIGGER `search_texts_update`;--> statement-breakpoint
DROP TABLE `search_index`;--> statement-breakpoint
CREATE VIRTUAL TABLE `search_index` USING fts5(
  `words`, `branch`, content='search_texts', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
--> statement-breakpoint
CREATE TRIGGER `search_texts_insert` AFTER INSERT ON `search_texts` BEGIN
  INSERT INTO `search_index`(rowid, words, branch) VALUES (new.id, new.words, new.branch);
END;
--> statement-breakpoint
CREATE TRIGGER `search_texts_delete` AFTER DELETE ON `search_texts` BEGIN
  INSERT INTO `search_index`(`search_index`, rowid, words, branch) VALUES ('delete', old.id, old.words, old.branch);
END;
--> statement-breakpoint
CREATE TRIGGER `search_texts_update` AFTER UPDATE ON `search_texts` BEGIN
  INSERT INTO `search_index`(`search_index`, rowid, words, branch) VALUES ('delete', old.id, old.words, old.branch);
  INSERT INTO `search_index`(rowid, words, branch) VALUES (new.id, new.words, new.branch);
END;
