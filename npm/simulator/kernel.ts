/** Whether there is a kernel that reboot(2) can start. */
export let isLoaded: bool = false;

export function setLoaded(loaded: bool): void {
  isLoaded = loaded;
}
