/** `POST /mcp`: the studio as tools, for agents that speak the Model Context Protocol. */
import { route } from '../server/http.ts';
import { mcpAnswer } from '../server/mcp.ts';

export const POST = route(mcpAnswer);
