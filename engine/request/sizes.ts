/** What ties pixels, latents and tokens together. Source: glm-image.md section 0. */

/** Side of the square of pixels that a semantic token stands for; sides of results are multiples of it. */
export const TOKEN_PX = 32;
/** Side of the square of pixels that one cell of the latents stands for. */
export const LATENT_PX = 8;
/** Rows of the decoder for one semantic token. */
export const DECODER_ROWS = 4;
/** Bytes of a number in fp32. */
export const FLOAT_BYTES = 4;
