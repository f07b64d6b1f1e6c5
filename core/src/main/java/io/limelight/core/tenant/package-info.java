/**
 * The acts of an administrator on machines: a <em>draft</em> says what is wanted, a <em>plan</em> what will happen, a
 * <em>run</em> does it. Command line and console build the same drafts.
 */
@NullMarked
package io.limelight.core.tenant;

import org.jspecify.annotations.NullMarked;
