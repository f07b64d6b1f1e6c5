/** The words with which people find machines. Knows no toolkit. */
@NullMarked
package io.limelight.console.machines.filter;

import org.jspecify.annotations.NullMarked;
