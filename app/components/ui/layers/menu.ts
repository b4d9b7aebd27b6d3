/** How every menu of the page looks: a sheet of paper with quiet rows. */
export const MENU =
  'z-float max-h-(--radix-dropdown-menu-content-available-height) animate-rise overflow-y-auto rounded-2xl border border-line bg-card p-1.5 shadow-float';

export const MENU_ITEM =
  'flex cursor-pointer items-center gap-2.5 rounded-lg px-2.5 py-2 text-sm outline-none data-[highlighted]:bg-wash data-[disabled]:cursor-not-allowed data-[disabled]:text-soft [&>svg]:size-4 [&>svg]:shrink-0';
