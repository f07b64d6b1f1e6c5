/**
 * The boot log of a UEFI machine: the TCG PC Client event log parsed from its bytes and replayed into PCRs. What a log
 * should say is not known here.
 */
@NullMarked
package io.limelight.core.uefi;

import org.jspecify.annotations.NullMarked;
