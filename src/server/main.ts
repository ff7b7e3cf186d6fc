import { connectionOf } from './connection.js'
import { startServer } from './server.js'
import { machineHost } from './serverHost.js'

startServer(connectionOf(process.argv.slice(2)), machineHost)
