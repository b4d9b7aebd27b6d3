/** How every menu of the page looks: a sheet of paper with quiet rows. */
export const MENU =
  'z-30 max-h-(--radix-dropdown-menu-content-available-height) animate-rise overflow-y-auto rounded-[14px] border border-line bg-card p-1.5 shadow-float';

export const MENU_ITEM =
  'flex cursor-pointer items-center gap-2.5 rounded-[9px] px-2.5 py-2 text-[13px] outline-none data-[highlighted]:bg-wash data-[disabled]:cursor-not-allowed data-[disabled]:text-soft [&>svg]:size-4 [&>svg]:shrink-0';
