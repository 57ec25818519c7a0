/**
 * Says up to where the history is safe somewhere else than on this disk: in the cloud, or, until
 * there is one, in the newest backup that was checked after it was written.
 */
export interface HeldElsewhere {
  /** The last seq that is held elsewhere; 0 when nothing is. */
  upTo(): number;
}
