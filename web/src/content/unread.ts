/** This browser cannot make a submission of a picture; an oracle may be able to. */
export class UnreadPicture extends Error {}
