/** `POST /mcp`: the studio as tools, for agents that speak the Model Context Protocol. */
import { route } from '../../server/http/http.ts';
import { mcpAnswer } from '../../server/http/mcp/mcp.ts';

export const POST = route(mcpAnswer);
