import pino from 'pino'

const options = { url: process.env.OPENPIPELINE_URL, token: process.env.OPENPIPELINE_TOKEN }
const logger = pino(pino.transport({ target: 'pino-openpipeline', options }))
for (let n = 0; n < 3; n++) logger.info({ n }, 'packed-record')
