/** What happens to U, V and the payload on the machine: joined, opened into the secure area, run. */
@NullMarked
package io.limelight.agent.payload;

import org.jspecify.annotations.NullMarked;
