/** Where notes appear; a bundle of its own, since nothing is noted before someone does something. */
export { Notifications as default } from "@mantine/notifications";
