ALTER TABLE `nodes` RENAME TO `turns`;
--> statement-breakpoint
ALTER TABLE `images` RENAME TO `pictures`;
--> statement-breakpoint
ALTER TABLE `sessions` RENAME COLUMN `head_image_id` TO `head_picture_id`;
--> statement-breakpoint
ALTER TABLE `inputs` RENAME COLUMN `node_id` TO `turn_id`;
--> statement-breakpoint
ALTER TABLE `inputs` RENAME COLUMN `image_id` TO `picture_id`;
--> statement-breakpoint
ALTER TABLE `pictures` RENAME COLUMN `node_id` TO `turn_id`;
--> statement-breakpoint
ALTER TABLE `jobs` RENAME COLUMN `node_id` TO `turn_id`;
--> statement-breakpoint
ALTER TABLE `search_texts` RENAME COLUMN `node_id` TO `turn_id`;
--> statement-breakpoint
ALTER TABLE `operations` RENAME COLUMN `node_id` TO `turn_id`;
--> statement-breakpoint
DROP INDEX `nodes_by_session`;
--> statement-breakpoint
CREATE UNIQUE INDEX `turns_by_session` ON `turns` (`session_id`,`position`);
--> statement-breakpoint
DROP INDEX `inputs_by_image`;
--> statement-breakpoint
CREATE INDEX `inputs_by_picture` ON `inputs` (`picture_id`);
--> statement-breakpoint
DROP INDEX `images_by_node`;
--> statement-breakpoint
CREATE UNIQUE INDEX `pictures_by_turn` ON `pictures` (`turn_id`,`index`);
--> statement-breakpoint
DROP INDEX `images_by_creation`;
--> statement-breakpoint
CREATE INDEX `pictures_by_creation` ON `pictures` (`created_at`,`id`);
--> statement-breakpoint
DROP INDEX `images_by_pixels`;
--> statement-breakpoint
CREATE INDEX `pictures_by_pixels` ON `pictures` (`pixels_blob`);
--> statement-breakpoint
DROP INDEX `images_by_latent`;
--> statement-breakpoint
CREATE INDEX `pictures_by_latent` ON `pictures` (`latent_blob`);
--> statement-breakpoint
DROP INDEX `images_by_prior`;
--> statement-breakpoint
CREATE INDEX `pictures_by_prior` ON `pictures` (`prior_blob`);
--> statement-breakpoint
DROP INDEX `images_by_original`;
--> statement-breakpoint
CREATE INDEX `pictures_by_original` ON `pictures` (`original_blob`);
--> statement-breakpoint
DROP INDEX `jobs_by_node`;
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_by_turn` ON `jobs` (`turn_id`);
--> statement-breakpoint
DROP INDEX `search_texts_by_node`;
--> statement-breakpoint
CREATE UNIQUE INDEX `search_texts_by_turn` ON `search_texts` (`turn_id`);
--> statement-breakpoint
-- Stored JSON: a quote within a text is written \", so "nodeId": can only be a key.
UPDATE `turns` SET `recipe` = replace(`recipe`, '"imageId":', '"pictureId":') WHERE `recipe` LIKE '%"imageId":%';
--> statement-breakpoint
UPDATE `pictures` SET `drift` = replace(`drift`, '"imageId":', '"pictureId":') WHERE `drift` IS NOT NULL;
--> statement-breakpoint
DROP TRIGGER `operations_append_only`;
--> statement-breakpoint
UPDATE `operations` SET `changes` = replace(replace(`changes`, '"nodeId":', '"turnId":'), '"field":"headImageId"', '"field":"headPictureId"');
--> statement-breakpoint
CREATE TRIGGER `operations_append_only` BEFORE UPDATE ON `operations` BEGIN
  SELECT RAISE(ABORT, 'operations are append only');
END;
--> statement-breakpoint
DROP TRIGGER `events_append_only`;
--> statement-breakpoint
UPDATE `events` SET
  `type` = CASE `type` WHEN 'image.saved' THEN 'picture.saved' WHEN 'image.measured' THEN 'picture.measured' WHEN 'node.updated' THEN 'turn.updated' ELSE `type` END,
  `payload` = replace(replace(replace(replace(replace(replace(replace(replace(replace(`payload`,
    '"nodeId":', '"turnId":'), '"node":', '"turn":'), '"nodes":', '"turns":'), '"image":', '"picture":'), '"images":', '"pictures":'),
    '"imageId":', '"pictureId":'), '"imageIndex":', '"pictureIndex":'), '"headImageId":', '"headPictureId":'), '"imageCount":', '"pictureCount":');
--> statement-breakpoint
CREATE TRIGGER `events_append_only` BEFORE UPDATE ON `events` BEGIN
  SELECT RAISE(ABORT, 'events are append only');
END;
