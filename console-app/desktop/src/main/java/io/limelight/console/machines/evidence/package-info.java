/** Evidence made readable: IMA rows and boot events as list, fields and bytes. Knows no toolkit. */
@NullMarked
package io.limelight.console.machines.evidence;

import org.jspecify.annotations.NullMarked;
