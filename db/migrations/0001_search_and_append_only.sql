CREATE VIRTUAL TABLE `search_index` USING fts5(
  `words`, content='search_texts', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
--> statement-breakpoint
CREATE TRIGGER `search_texts_insert` AFTER INSERT ON `search_texts` BEGIN
  INSERT INTO `search_index`(rowid, words) VALUES (new.id, new.words);
END;
--> statement-breakpoint
CREATE TRIGGER `search_texts_delete` AFTER DELETE ON `search_texts` BEGIN
  INSERT INTO `search_index`(`search_index`, rowid, words) VALUES ('delete', old.id, old.words);
END;
--> statement-breakpoint
CREATE TRIGGER `search_texts_update` AFTER UPDATE ON `search_texts` BEGIN
  INSERT INTO `search_index`(`search_index`, rowid, words) VALUES ('delete', old.id, old.words);
  INSERT INTO `search_index`(rowid, words) VALUES (new.id, new.words);
END;
--> statement-breakpoint
CREATE TRIGGER `events_append_only` BEFORE UPDATE ON `events` BEGIN
  SELECT RAISE(ABORT, 'events are append only');
END;
